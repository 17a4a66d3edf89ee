"""Sources that the sweep is tried on. `#= kind tool/action setting=value …` stands on a site's first line (`@n` names it
elsewhere, `%` is a blank); a line without is no site."""
