utsyn_bench(portfolio_bench USES utsyn_portfolio SMOKE --organisations 2000)
