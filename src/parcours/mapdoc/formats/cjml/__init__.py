"""CJML 2.0, the Customer Journey Modelling Language of SINTEF, in and out; tolerant of what tools really write."""
