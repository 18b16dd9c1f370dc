"""Documents come and go over HTTP: who may send them, what is sent, and what becomes of it."""
