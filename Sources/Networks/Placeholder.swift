// The module Networks: see its files.
