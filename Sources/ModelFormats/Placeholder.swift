// The module ModelFormats: see its files.
