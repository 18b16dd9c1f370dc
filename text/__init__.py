"""What text is made of: folded forms with a way back, sentences, search terms and languages."""
