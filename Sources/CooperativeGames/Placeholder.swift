// The module CooperativeGames: see its files.
