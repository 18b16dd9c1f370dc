"""Does a library hold together, and what mends it where it does not?"""
