"""Excel workbooks that hold a whole map, in and out, made to be edited by people."""
