# zones are added the wrong way round
s/take(cursor, '+') ? -1 : take(cursor, '-') ? 1/take(cursor, '+') ? 1 : take(cursor, '-') ? -1/
