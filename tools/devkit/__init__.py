"""Set-up, tests and checks of the Key Account add-ons, one subject per module."""
