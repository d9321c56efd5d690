"""One matcher for patterns and one for globs that come from a repository: whoever writes one cannot make a run hang."""
