"""The shop floor: whether a line can build the cars it is asked to, and how its work is shared out.

    from brownfield.shopfloor.inputs_case import line_of
    from brownfield.shopfloor.balance import balance

    line = line_of(case, "Oppama 1", guest="Foxtron")   # the host's tasks and the guest's, the stations, who does what today
    result = balance(line, aim="cost")                   # who does what from now on, and what no other balance could beat

`inputs.py` has what a line is, `inputs_case.py` reads it from a case, `readers.py` from published files; `balance.py`
shares out its work, `verify.py` reads every balance a second time.
"""
