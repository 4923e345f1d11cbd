// Keeping our record and our stock of key packages on the relay.

import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Takes the next step of publishing, if there is one: tokens, then key packages, then the
    /// record, so that whoever finds the record finds packages.
    mutating func publish(_ work: inout Workspace) throws(Halt) {
        let account = try work.account()
        var publication = try work.publication()
        let before = publication
        dropExpired(&publication, &work)
        if publication.pendingStock == nil { try stockUp(account, &publication, &work) }
        let isStocked =
            publication.pendingStock == nil && publication.hasLastResort && !publication.isFilling
        if isStocked || publication.isPublished {
            try renewRecord(account, &publication, &work)
        }
        if let put = publication.pendingStock {
            ask(.putStock, .putStock(put), &work)
        } else if publication.stocked > publication.usable(at: work.time) {
            // The oldest lie on top: those that have expired.
            ask(.dropPackage, .takeStock(account.stock), &work)
        }
        if let put = publication.pendingRecord { ask(.putRecord, .putRecord(put), &work) }
        if let put = publication.pendingName { ask(.putName, .putRecord(put), &work) }
        session.renewAt = publication.renewAt.flatMap { $0 > work.time ? $0 : nil }
        if publication != before {
            work.put(.publication(publication), under: .publication)
        }
    }

    /// Deletes the private halves of key packages that no Welcome can still be on its way with.
    private func dropExpired(_ publication: inout PublicationRecord, _ work: inout Workspace) {
        let isGone = { (package: PublicationRecord.OwnPackage) in
            package.expires.adding(ClientLimits.welcomeTravels) < work.time
        }
        let expired = publication.packages.filter(isGone)
        publication.packages.removeAll(where: isGone)
        for package in expired { work.remove(.keyPackage(package.reference)) }
    }

    /// Makes the next key packages, or asks for the tokens that they need.
    private mutating func stockUp(
        _ account: OwnAccount, _ publication: inout PublicationRecord, _ work: inout Workspace
    ) throws(Halt) {
        let usable = publication.usable(at: work.time)
        if usable < ClientLimits.stockLow { publication.isFilling = true }
        if usable >= ClientLimits.stockTarget { publication.isFilling = false }
        let renewLastResort = publication.lastResortUntil.map { $0 < work.time } ?? false
        let needsLastResort = !publication.hasLastResort || renewLastResort
        let absent = publication.isFilling ? ClientLimits.stockTarget - usable : 0
        let count = min(absent, RelayLimits.packagesOfPutMax)
        let ready = publication.tokens.count { $0.label.kind == .conversation }
        if ready < max(count, ClientLimits.tokensReady / 2) {
            let wanted = min(
                absent + ClientLimits.tokensReady - ready, Int(RelayLimits.mintedTokensMax))
            ask(.mint, .mint(Mint(count: UInt16(wanted))), &work)
        } else if needsLastResort, publication.tokens.count == ready {
            ask(.mint, .mint(Mint(kind: .lastResort, count: 1)), &work)
        }
        guard count > 0 || needsLastResort, ready >= count,
            !needsLastResort || publication.tokens.count > ready
        else { return }
        var packages: [SealedPackage] = []
        for _ in 0..<count {
            packages.append(try makePackage(account, isLastResort: false, &publication, &work))
        }
        var lastResort: SealedPackage?
        if needsLastResort {
            lastResort = try makePackage(account, isLastResort: true, &publication, &work)
            publication.lastResortUntil = work.time.adding(ClientLimits.lastResortServes)
        }
        publication.pendingStock = PutStock(
            locator: account.stock, writeKey: WriteKey(made: account.stockKey.publicKey),
            version: publication.stockVersion + 1,
            addition: StockAddition(packages: packages, lastResort: lastResort),
            signedBy: account.stockKey, at: account.relayKey)
    }

    /// Makes one key package with a token of its own [TOK-3], keeps its private half and seals
    /// the public one for readers of our card.
    private func makePackage(
        _ account: OwnAccount, isLastResort: Bool, _ publication: inout PublicationRecord,
        _ work: inout Workspace
    ) throws(Halt) -> SealedPackage {
        let kind = isLastResort ? TokenKind.lastResort : .conversation
        guard let token = publication.takeToken(kind) else { throw .impossible }
        let lifetime = Lifetime(now: work.time)
        let own: OwnKeyPackage
        do {
            own = try OwnKeyPackage.make(
                suite: .mlkem768X25519AES128, signer: account.deviceKey,
                leaf: account.leaf(token: token), lifetime: lifetime,
                using: &work.entropy)
        } catch {
            throw .impossible
        }
        let reference = own.keyPackage.reference
        work.put(
            .keyPackage(KeyPackageRecord(own: own.encoded, isLastResort: isLastResort)),
            under: .keyPackage(reference))
        let expires = Timestamp(
            milliseconds: (lifetime.notAfter.seconds + ClientLimits.toleranceSeconds) * 1_000)
        publication.packages.append(
            .init(reference: reference, expires: expires, isLastResort: isLastResort))
        return SealedPackage(
            sealed: account.card.sealKeyPackage(
                own.keyPackage.encoded, stock: account.stock.renamed(), using: &work.entropy))
    }

    /// Signs the record when there is none or half of its time is gone [CARD-1].
    private mutating func renewRecord(
        _ account: OwnAccount, _ publication: inout PublicationRecord, _ work: inout Workspace
    ) throws(Halt) {
        guard publication.pendingRecord == nil else { return }
        // A time further off than half of a record's life was noted by a clock that went back.
        if let renewAt = publication.renewAt, work.time < renewAt,
            renewAt.milliseconds - work.time.milliseconds <= IdentityLimits.recordValidityMs / 2
        {
            return
        }
        let device = RecordDevice(
            deviceKey: DevicePublicKey(made: account.deviceKey.publicKey),
            mailbox: account.address.field, stock: account.stock.renamed(),
            sealingKey: account.deviceSealing.publicKey)
        let record: AccountRecord
        do {
            record = try .sign(
                log: account.log, devices: [device], now: work.time.milliseconds,
                with: account.deviceKey)
        } catch {
            throw .impossible
        }
        let half = (record.notAfterMs - record.notBeforeMs) / 2
        publication.renewAt = Timestamp(milliseconds: record.notBeforeMs + half)
        publication.pendingRecord = account.put(
            record.seal(for: account.card, using: &work.entropy),
            version: publication.recordVersion + 1)
        try renewName(account, &publication, &work)
    }
}

// MARK: - Answers

extension ClientCore {
    /// The relay answered one of the steps of publishing.
    mutating func published(
        _ errand: Errand, _ answer: Answer, _ work: inout Workspace
    ) throws(Halt) {
        let account = try work.account()
        var publication = try work.publication()
        switch (errand, answer) {
        case (.mint, .mint(let minted)): publication.tokens += minted.tokens
        case (.putStock, .putStock):
            guard let put = publication.pendingStock else { break }
            publication.pendingStock = nil
            publication.stockVersion = put.version
            publication.stocked += put.addition.packages.count
            if put.addition.lastResort != nil { publication.hasLastResort = true }
        case (.dropPackage, .takeStock(let taken)):
            publication.stocked = taken.isLastResort ? 0 : max(0, publication.stocked - 1)
        case (.countStock, .countStock(let count)):
            publication.stocked = Int(count.count)
            publication.hasLastResort = count.hasLastResort
            publication.stockVersion = count.version
            session.hurry(.putStock)
            publication.pendingStock = publication.pendingStock.map {
                account.put($0.addition, version: count.version + 1)
            }
        case (.putRecord, .putRecord):
            guard let put = publication.pendingRecord else { break }
            publication.pendingRecord = nil
            publication.recordVersion = put.record.version
        case (.putName, .putRecord):
            guard let put = publication.pendingName else { break }
            try named(put.record.version, isOurs: true, &publication, &work)
        case (.readName, .getRecord(let record)):
            try named(record.version, isOurs: false, &publication, &work)
        case (.readRecord, .getRecord(let record)):
            publication.recordVersion = record.version
            session.hurry(.putRecord)
            publication.pendingRecord = publication.pendingRecord.map {
                account.put($0.record.sealed, version: record.version + 1)
            }
        default: break
        }
        work.put(.publication(publication), under: .publication)
        try publish(&work)
        if errand == .mint { try establishWaiting(&work) }
    }

    /// The relay refused one of the steps of publishing.
    mutating func publishingRefused(
        _ errand: Errand, _ refusal: RelayRefusal, _ work: inout Workspace
    ) throws(Halt) {
        let account = try work.account()
        session.wait(errand, until: work.time.adding(refusal.delay))
        switch (errand, refusal) {
        case (.putStock, .conflict): ask(.countStock, .countStock(account.stock), &work)
        case (.putRecord, .conflict):
            ask(.readRecord, .getRecord(account.card.locator.renamed()), &work)
        case (.putName, _), (.readName, _): try namingRefused(errand, refusal, &work)
        case (.countStock, .notFound): try forgetStock(&work)
        case (.readRecord, .notFound): try forgetRecord(&work)
        default: break
        }
    }

    /// The relay has no stock of ours, although it had: it came back with an older store.
    private mutating func forgetStock(_ work: inout Workspace) throws(Halt) {
        var publication = try work.publication()
        publication.stockVersion = 0
        publication.stocked = 0
        publication.hasLastResort = false
        let account = try work.account()
        publication.pendingStock = publication.pendingStock.map {
            account.put($0.addition, version: 1)
        }
        work.put(.publication(publication), under: .publication)
        session.hurry(.putStock)
        try publish(&work)
    }

    /// The relay has no record of ours, although it had.
    private mutating func forgetRecord(_ work: inout Workspace) throws(Halt) {
        var publication = try work.publication()
        publication.recordVersion = 0
        publication.renewAt = nil
        publication.pendingRecord = nil
        work.put(.publication(publication), under: .publication)
        session.hurry(.putRecord)
        try publish(&work)
    }
}

extension OwnAccount {
    /// An addition to our stock, signed.
    fileprivate func put(_ addition: StockAddition, version: UInt64) -> PutStock {
        PutStock(
            locator: stock, writeKey: WriteKey(made: stockKey.publicKey), version: version,
            addition: addition, signedBy: stockKey, at: relayKey)
    }

    /// Our record, signed.
    fileprivate func put(_ sealed: [UInt8], version: UInt64) -> PutRecord {
        PutRecord(
            locator: card.locator.renamed(), writeKey: WriteKey(made: recordKey.publicKey),
            record: SottoRelayProtocol.Record(version: version, sealed: sealed),
            signedBy: recordKey, at: relayKey)
    }

    /// What every leaf of this device holds; `token` is the group's own [TOK-3].
    func leaf(token: DeliveryToken) -> LeafConfiguration {
        LeafConfiguration(
            credential: .basic(identity: id.bytes),
            capabilities: Capabilities(
                cipherSuites: [.mlkem768X25519AES128], extensions: [.deviceLog, .mailbox, .lane]),
            extensions: [
                .deviceLog: DeviceLogExtension(log).wireBytes,
                .mailbox: MailboxExtension(address: address.field, token: token.field).wireBytes,
            ])
    }
}

extension Lifetime {
    /// The life of a leaf made now: backdated by the tolerance, 90 days long [CONV-3].
    init(now: Timestamp) {
        let seconds = now.milliseconds / 1_000
        let start = seconds - min(seconds, ClientLimits.toleranceSeconds)
        self.init(
            notBefore: UnixTime(seconds: start),
            notAfter: UnixTime(seconds: start + ClientLimits.keyPackageSeconds))
    }
}

extension RelayRefusal {
    /// How long to wait before the same is asked again.
    var delay: Duration {
        switch retry {
        case .after(let wait), .onNewConnection(let wait):
            max(wait, .milliseconds(100))
        default: ClientLimits.retryDelay
        }
    }
}
