"""What may be meant by what was typed so far? Titles and phrases of the library."""
