"""The formats of judged sets and of runs; a file is refused at its first defect."""
