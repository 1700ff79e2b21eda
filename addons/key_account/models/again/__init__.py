from . import remeasure
