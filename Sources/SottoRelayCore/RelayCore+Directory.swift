// Records and stocks: sealed, versioned, written by one key each (spec/relay.md section 5).

import SottoRelayProtocol

extension RelayCore {
    /// Puts the next version of a record [DIR-1] [DIR-2].
    mutating func put(_ put: PutRecord, _ now: Timestamp) throws(Pending) {
        let row = try row(rows.records.find(put.locator), .record(put.locator))
        if let row {
            guard row.writeKey == put.writeKey else { throw .refused(.notPermitted) }
            guard row.record != put.record else { return }
        }
        try check(put.record.version, follows: row?.record.version ?? 0)
        let changed = RecordRow(writeKey: put.writeKey, record: put.record, day: now.day)
        rows.records.change(put.locator, to: changed)
        batch.writes.append(.record(put.locator, changed))
    }

    /// The newest version of a record.
    mutating func record(at locator: Locator) throws(Pending) -> Record {
        guard let row = try row(rows.records.find(locator), .record(locator)) else {
            throw .refused(.notFound)
        }
        return row.record
    }

    /// Adds packages to a stock [DIR-1] [DIR-2].
    mutating func put(_ put: PutStock, _ now: Timestamp) throws(Pending) {
        // Packages of the stock that was removed may have the numbers that begin anew.
        guard !batch.removedStocks.contains(put.locator) else {
            throw .refused(.rateLimited(retryAfter: RelayCoreLimits.fullBatchRetry))
        }
        let bodyHash = put.addition.bodyHash
        let row = try row(rows.stocks.find(put.locator), .stock(put.locator))
        if let row {
            guard row.writeKey == put.writeKey else { throw .refused(.notPermitted) }
            guard row.version != put.version || row.bodyHash != bodyHash else { return }
        }
        var stock =
            row
            ?? StockRow(
                writeKey: put.writeKey, version: 0, bodyHash: bodyHash, day: now.day)
        try check(put.version, follows: stock.version)
        guard stock.count + put.addition.packages.count <= RelayLimits.packagesOfStockMax
        else { throw .refused(.tooLarge) }
        for package in put.addition.packages {
            let key = RelayRows.PackageKey(locator: put.locator, number: stock.next)
            rows.packages.change(key, to: package)
            batch.writes.append(.package(put.locator, number: stock.next, package))
            stock.next += 1
        }
        stock.version = put.version
        stock.day = now.day
        stock.bodyHash = bodyHash
        stock.lastResort = put.addition.lastResort ?? stock.lastResort
        rows.stocks.change(put.locator, to: stock)
        batch.writes.append(.stock(put.locator, stock))
    }

    /// Takes the oldest package, or shows the one of last resort [DIR-3] [DIR-4].
    mutating func take(from locator: Locator, _ now: Timestamp) throws(Pending) -> Taken {
        guard var stock = try row(rows.stocks.find(locator), .stock(locator)) else {
            throw .refused(.notFound)
        }
        guard stock.count > 0 || stock.lastResort != nil else { throw .refused(.notFound) }
        try count(&stock, now)
        let taken: Taken
        if stock.count > 0 {
            let number = stock.oldest
            stock.oldest += 1
            // The stock moves on even while the package is missing, so that one round asks for
            // the packages of all takes in the batch.
            rows.stocks.change(locator, to: stock)
            let key = RelayRows.PackageKey(locator: locator, number: number)
            let package = try row(
                rows.packages.find(key), .package(locator, number: number))
            guard let package else { throw .refused(.notFound) }
            taken = Taken(package: package, isLastResort: false)
            batch.writes.append(.removePackage(locator, number: number))
        } else if let lastResort = stock.lastResort {
            taken = Taken(package: lastResort, isLastResort: true)
        } else {
            throw .refused(.notFound)
        }
        rows.stocks.change(locator, to: stock)
        batch.writes.append(.stock(locator, stock))
        return taken
    }

    /// How much a stock holds.
    mutating func count(at locator: Locator) throws(Pending) -> StockCount {
        guard let stock = try row(rows.stocks.find(locator), .stock(locator)) else {
            throw .refused(.notFound)
        }
        return StockCount(
            version: stock.version, count: UInt32(stock.count),
            hasLastResort: stock.lastResort != nil)
    }

    /// Counts one more take in the stock's hour [DIR-4].
    private func count(_ stock: inout StockRow, _ now: Timestamp) throws(Pending) {
        let wait = stock.takes.take(
            max: RelayLimits.packagesTakenHourlyMax, per: RelayCoreLimits.stockWindow, at: now)
        if let wait { throw .refused(.rateLimited(retryAfter: wait)) }
    }

    private func check(
        _ version: UInt64, follows stored: UInt64
    ) throws(Pending) {
        guard stored < .max, version == stored + 1 else { throw .refused(.conflict) }
    }
}
