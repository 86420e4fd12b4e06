"""The product's promises as commands with figures: `stockgate prove …`. A proof runs the code that customers run; what
judges it knows nothing of that code wherever that is possible."""
