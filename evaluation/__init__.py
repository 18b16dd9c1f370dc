"""Is it any good? Judged queries asked of a library or a server, and what came of it."""
