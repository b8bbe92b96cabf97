"""The picture as a deck of slides whose every text, table and drawing can be changed in the reader's own program."""
