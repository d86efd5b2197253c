// The module Images: see its files.
