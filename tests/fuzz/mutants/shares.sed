# both shares together may be 2
s/options->rate_limit_share > 1)/options->rate_limit_share > 2)/
