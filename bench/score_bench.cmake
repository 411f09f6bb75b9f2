utsyn_bench(score_bench USES utsyn_score SMOKE 2000)
