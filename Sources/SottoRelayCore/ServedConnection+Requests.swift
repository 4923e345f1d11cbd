// Which requests a connection may make, and what becomes of their answers.

import SottoRelayProtocol

extension ServedConnection {
    /// A request has arrived on an open connection.
    mutating func requested(
        _ request: Request, _ binding: ConnectionBinding, _ kind: Kind,
        into actions: inout [Action]
    ) {
        do throws(RelayRefusal) {
            if let answer = try answeredHere(request.body) {
                let response = Response(id: request.id, result: .success(answer))
                actions.append(.send(.response(response)))
                return continueDelivery(into: &actions)
            }
            guard !isDraining else {
                throw .draining(retryAfter: RelayCoreLimits.drainingRetry)
            }
            guard unanswered < RelayLimits.requestsInFlightMax else { throw .tooManyRequests }
            let next = try kind.carrying(request)
            if case .mintBlob(let mint) = request.body {
                return try mintBlob(mint, request.id, by: kind, into: &actions)
            }
            let asked = try asked(request.body, on: binding)
            state = .open(binding, next)
            if case .subscribe(let credit) = request.body {
                subscribing.append(Subscribing(request: request.id, credit: credit))
            }
            unanswered += 1
            actions.append(.submit(.request(id: request.id, asked)))
        } catch {
            refuse(request.id, error, into: &actions)
        }
    }

    /// The answer to what needs no row: a ping, and credit.
    private mutating func answeredHere(
        _ body: Request.Body
    ) throws(RelayRefusal) -> Answer? {
        switch body {
        case .ping: return .ping
        case .credit(let more):
            if case .open(_, .anonymous) = state { throw .wrongConnection }
            if let last = subscribing.indices.last {
                let credit = subscribing[last].credit
                subscribing[last].credit =
                    credit.addingReportingOverflow(more).overflow
                    ? .max : credit + more
            } else if flow != nil {
                flow?.add(more)
            } else {
                throw .notPermitted
            }
            return .credit
        default: return nil
        }
    }

    /// Blobs are no business of the writer's; whose connection it is has to be settled [BLOB-2].
    private mutating func mintBlob(
        _ mint: MintBlob, _ id: UInt32, by kind: Kind, into actions: inout [Action]
    ) throws(RelayRefusal) {
        guard case .owner(let mailbox, _, isProven: true) = kind else { throw .notPermitted }
        unanswered += 1
        actions.append(.mintBlob(request: id, bytes: mint.bytes, for: mailbox))
    }

    /// What the writer is asked, with signatures checked that need no row.
    private func asked(
        _ body: Request.Body, on binding: ConnectionBinding
    ) throws(RelayRefusal) -> RelayOperation.Asked {
        switch body {
        case .register(let register): .register(try Verified(register, on: binding))
        case .authenticate(let proof): .authenticate(proof, binding)
        case .mint(let mint): .mint(mint)
        case .deny(let deny): .deny(deny.labels)
        case .newGeneration(let generation): .newGeneration(generation)
        case .setOpen(let isOpen): .setOpen(isOpen)
        case .subscribe: .subscribe
        case .ack(let sequence): .ack(sequence)
        case .post(let post): .post(post)
        case .putRecord(let put): .putRecord(try Verified(put, at: identity.relayKey))
        case .getRecord(let locator): .getRecord(locator)
        case .putStock(let put): .putStock(try Verified(put, at: identity.relayKey))
        case .takeStock(let locator): .takeStock(locator)
        case .countStock(let locator): .countStock(locator)
        case .ephemeral(let ephemeral): .ephemeral(ephemeral)
        case .links(let links): .links(links)
        case .closeMailbox: .closeMailbox
        case .remove(let removal): .remove(try Verified(removal, at: identity.relayKey))
        case .evaluate(let element): .evaluate(element)
        case .ping, .credit, .mintBlob: throw .malformed
        }
    }

    /// A subscription has begun; it has the credit that came with it and since.
    mutating func begin(_ request: UInt32, _ owned: Owned) {
        guard let index = subscribing.firstIndex(where: { $0.request == request }) else {
            return
        }
        subscriptions += 1
        flow = DeliveryFlow(
            subscription: subscriptions, credit: subscribing[index].credit, owned: owned)
        subscribing.remove(at: index)
    }

    /// A request has its answer.
    mutating func answered(
        _ id: UInt32, _ result: Result<Answer, RelayRefusal>, into actions: inout [Action]
    ) {
        unanswered -= 1
        if case .success(.closeMailbox) = result { flow = nil }
        subscribing.removeAll { $0.request == id }
        if case .open(let binding, let kind) = state {
            state = .open(binding, kind.settling(id, result))
        }
        actions.append(.send(.response(Response(id: id, result: result))))
    }
}

extension ServedConnection.Kind {
    /// What a connection of this kind becomes by a request, or why it does not carry it.
    fileprivate func carrying(_ request: Request) throws(RelayRefusal) -> Self {
        if request.body.type.connectionKind == .anonymous {
            if case .owner = self { throw .wrongConnection }
            return .anonymous
        }
        guard self != .anonymous else { throw .wrongConnection }
        let claimed: MailboxID
        switch request.body {
        case .register(let register): claimed = register.mailbox
        case .authenticate(let proof): claimed = proof.mailbox
        default: return self
        }
        guard case .owner(let mailbox, var claims, let isProven) = self else {
            return .owner(claimed, claims: [request.id], isProven: false)
        }
        guard mailbox == claimed else { throw .wrongConnection }
        claims.insert(request.id)
        return .owner(mailbox, claims: claims, isProven: isProven)
    }

    /// What it is once a request was answered: nobody's if no claim to a mailbox holds.
    fileprivate func settling(_ id: UInt32, _ result: Result<Answer, RelayRefusal>) -> Self {
        guard case .owner(let mailbox, var claims, var isProven) = self,
            claims.remove(id) != nil
        else { return self }
        if case .success = result { isProven = true }
        return claims.isEmpty && !isProven
            ? .undecided : .owner(mailbox, claims: claims, isProven: isProven)
    }
}
