"""The living map drawn: one layout model gives the HTML page and the SVG. Touches no file but its fonts."""
