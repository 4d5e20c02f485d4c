//! A faithful local shardd.
