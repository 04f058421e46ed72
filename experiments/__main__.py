"""``python -m experiments`` is the command ``peninsula``."""

from experiments.cli import main

if __name__ == "__main__":
    main()
