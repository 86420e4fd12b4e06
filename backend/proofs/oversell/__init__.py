"""`stockgate prove oversell`: many sellers in many processes press *Place order* for the last pieces."""
