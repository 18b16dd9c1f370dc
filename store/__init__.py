"""Everything on disk: the catalogue is the truth, vectors and terms are derived from it."""
