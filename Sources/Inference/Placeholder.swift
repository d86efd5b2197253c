// The module Inference: see its files.
