"""`python -m cli` is `wenhai`, also where the script is not on the path."""

from cli.main import main

main()
