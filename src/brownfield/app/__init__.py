"""The app: the whole product in a tab of the local browser. Pages only: every action is a call that Python and the commands have, too."""
