"""A team's memories and termbases behind one address: for browsers, CAT tools and assistants.

Users have tokens and, in each memory or termbase, a role; every change is noted with who made it.
The texts, searches and changes are the floors' below; here is only who may ask what, and how.
"""
