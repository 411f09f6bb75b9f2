"""The roles of the simulators, a file for each family."""
