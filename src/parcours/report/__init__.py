"""Figures laid over a map, findings in plain words, and the page that shows both."""
