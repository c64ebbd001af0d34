"""Dynamic knee valgus in running strides from one thigh and one shank inertial sensor a leg.

The folders are the stages of the data's way, from the sensors to the coach's report;
each stage's docstring says what comes in and what goes out.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
