"""What proves a hit: marks, the sentence that means it, and the stretch that is shown."""
