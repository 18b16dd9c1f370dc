"""Files are read ahead of what is done with them, those that may do harm in a process apart."""
