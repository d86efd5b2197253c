// The module Reports: see its files.
