// The module NeuronShapley: see its files.
