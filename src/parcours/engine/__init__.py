"""Pure analyses: arrays in, frozen results out. Knows no file, no map document, no screen."""
