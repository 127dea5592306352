"""`python -m ecotone` is the command `ecotone`."""

from ecotone.cli.main import main

if __name__ == "__main__":
    main()
