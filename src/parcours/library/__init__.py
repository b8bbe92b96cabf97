"""The analyst's façade behind ``import parcours as pc``."""
