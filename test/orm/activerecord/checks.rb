# Says "ok - TITLE" or "not ok - TITLE" of each thing that is tested.
$failed = false

def report(title)
  yield
  puts "ok - #{title}"
rescue StandardError => e
  $failed = true
  puts "not ok - #{title}"
  puts "#   #{e.class}: #{e.message[0, 1000]}".gsub("\n", "\n#   ")
  puts(e.backtrace.grep(/check\.rb/).map { |line| "#   #{line}" })
end

# The same in a transaction that is rolled back.
def check(title)
  report(title) do
    ActiveRecord::Base.transaction do
      yield
      raise ActiveRecord::Rollback
    end
  end
end

def equal(got, wanted)
  raise "got #{got.inspect}, wanted #{wanted.inspect}" unless got == wanted
end

# What the block writes gives ActiveRecord's error, with the driver's inside, and nothing of it is left.
def refused(error, state, constraint = nil, table = nil)
  begin
    ActiveRecord::Base.transaction(requires_new: true) { yield }
  rescue error => e
    field = ->(code) { e.cause.result.error_field(code) }
    equal(field[PG::PG_DIAG_SQLSTATE], state)
    equal([field[PG::PG_DIAG_CONSTRAINT_NAME], field[PG::PG_DIAG_TABLE_NAME]], [constraint, table]) if constraint
    return
  end
  raise "nothing was refused"
end

def violates(constraint, table, &block)
  refused(ActiveRecord::InvalidForeignKey, "23503", constraint, table, &block)
end

# The statements that the block sends for rows.
def statements
  sent = []
  note = ->(*, payload) { sent << payload[:sql] unless payload[:name] == "SCHEMA" || payload[:name] == "TRANSACTION" }
  ActiveSupport::Notifications.subscribed(note, "sql.active_record") { yield }
  sent
end
