"""`python -m brownfield` is the command `brownfield`."""

from brownfield.cli import main

if __name__ == "__main__":
    main()
