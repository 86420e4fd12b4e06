"""Russian print forms for Tryton (счёт на оплату, УПД, ТОРГ-12) as PDF in pure Python.

The classes are registered by the [register] section of tryton.cfg.
"""

__version__ = "8.0.0"
