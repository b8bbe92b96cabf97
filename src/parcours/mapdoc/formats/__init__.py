"""The forms in which a map enters and leaves: one package each, and ``registry`` that knows them all."""
