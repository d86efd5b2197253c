// The module CommandLineTool: see its files.
