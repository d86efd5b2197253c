// The module Statistics: see its files.
